import { neutraliseJson } from '@tertulia/protocol/neutralise'

/** A value as one line of JSON that a terminal may show. */
export const jsonLine = (value: unknown): string => neutraliseJson(JSON.stringify(value))
