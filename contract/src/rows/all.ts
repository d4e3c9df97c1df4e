import type { Row } from '../row.ts'
import { bodies } from './bodies.ts'
import { connections } from './connections.ts'
import { expectations } from './expectations.ts'
import { framing } from './framing.ts'
import { headers } from './headers.ts'
import { identity } from './identity.ts'
import { lists } from './lists.ts'
import { methods } from './methods.ts'
import { precedence } from './precedence.ts'
import { repetitions } from './repetitions.ts'
import { requestLines } from './request-lines.ts'
import { streams } from './streams.ts'
import { targets } from './targets.ts'
import { versions } from './versions.ts'

/** The contract, from the first byte of a connection to the last event of a stream. */
export const rows: readonly Row[] = [
  ...requestLines,
  ...framing,
  ...connections,
  ...expectations,
  ...targets,
  ...methods,
  ...headers,
  ...identity,
  ...bodies,
  ...versions,
  ...repetitions,
  ...lists,
  ...streams,
  ...precedence
]
