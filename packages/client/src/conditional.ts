import type { Call, CallOptions } from './request.ts'

export interface ChangeOptions extends CallOptions {
  /** Change nothing (412 `stale`) unless it is still as this entity tag says: `"<epoch>.<rev>"`, quotes included. */
  ifMatch?: string | undefined
}

export function conditional({ ifMatch, ...call }: ChangeOptions): Call {
  return ifMatch === undefined ? call : { ...call, headers: { 'if-match': ifMatch } }
}
