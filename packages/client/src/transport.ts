/** One HTTP request, as a transport sends it. */
export interface TransportRequest {
  method: string
  /** Absolute. */
  url: string
  headers: Record<string, string>
  body?: string | undefined
  /** Gives the exchange up, the reading of the body included. */
  signal: AbortSignal
}

/** The head of the answer, and its body as it arrives. */
export interface TransportResponse {
  status: number
  /** A field of the head, null if it is not there. */
  header(name: string): string | null
  /** Fails with a ConnectionError when the connection is cut; leaving the loop early closes it. */
  body: AsyncIterable<Uint8Array>
}

/**
 * How requests reach the server. Redirects 307 and 308 are followed within the same origin, any other one is the answer.
 * @throws ConnectionError when there is no answer; the signal's own reason when it was aborted
 */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>
