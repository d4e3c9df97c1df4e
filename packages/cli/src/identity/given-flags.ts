import type { Wishes } from './access.ts'

/** The flags that were typed for this call alone: with them another command goes to the same place. */
export function givenFlags(wishes: Wishes, { CHAT_SERVER, CHAT_AS, CHAT_ROOM }: NodeJS.ProcessEnv): string[] {
  const usual = { server: CHAT_SERVER, as: CHAT_AS, room: CHAT_ROOM }
  return (['server', 'as', 'room'] as const).flatMap((flag) => {
    const value = wishes[flag]
    return value === undefined || value === usual[flag] ? [] : [`--${flag}`, value]
  })
}
