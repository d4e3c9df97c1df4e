import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    isLong: boolean
  }
}

/** Whether this is `npm run test:long`. */
export const isLong: boolean = inject('isLong')

/** How much of a test is done: `short` in `npm test`, which people wait for, `long` in `npm run test:long`. Only in a file `*.long.test.ts`. */
export const length = <T>({ short, long }: { short: T; long: T }): T => (isLong ? long : short)
