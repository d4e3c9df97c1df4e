/**
 * Why there is no secure connection: what is wrong with the certificate (`expired`, `not-yet-valid`, `self-signed`, `unknown-authority`,
 * `other-host`), or which side does not speak TLS (`plain-http`: the server; `https-only`: we). `handshake` is anything else.
 */
export type TlsFault =
  | 'expired'
  | 'not-yet-valid'
  | 'self-signed'
  | 'unknown-authority'
  | 'other-host'
  | 'plain-http'
  | 'https-only'
  | 'handshake'

const faults: Record<string, TlsFault> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown-authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unknown-authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'other-host',
  HOSTNAME_MISMATCH: 'other-host'
}

const codes = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/
/** What OpenSSL says to bytes that are no TLS; which of them depends on its version. */
const notTls = /wrong version number|packet length too long|http request/i

/** What went wrong with TLS, by the error of Node; undefined if it was something else. */
export function tlsFault({ message }: Error, code: string): TlsFault | undefined {
  if (faults[code]) return faults[code]
  // A server that hangs up in the middle of the handshake is told by these words alone.
  if (!codes.test(code)) return message.includes('before secure TLS connection was established') ? 'handshake' : undefined
  return notTls.test(message) ? 'plain-http' : 'handshake'
}
