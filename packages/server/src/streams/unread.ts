import type { Rounds } from '../feeds/subscriber.ts'

/** What waits for the reader of a stream. */
export interface Unread {
  /** Bytes that nobody else holds. */
  ownBytes: number
  /** The rest: of all that these rounds have written, what lies between these places. It is there once, however many wait for it. */
  shared?: { rounds: Rounds; from: number; to: number } | undefined
}

/** A stream, as far as it matters here. */
export interface SlowStream {
  readonly unread: Unread
  /** For how many looks in a row something has waited for its reader. */
  readonly slowFor: number
}

/** Shared bytes are counted in pieces of this size: a hundred that froze together hold as much as one, and a piece. */
const pieceBytes = 256 * 1024

/**
 * Which streams have to be cut so that what waits for all the others is no more than so many bytes. Those whose readers have been slow
 * for longest: they can come back with their cursors. A stream that holds what others hold as well frees nothing, and is kept.
 */
export function beyond<T extends SlowStream>(streams: Iterable<T>, bytesMax: number): T[] {
  const pieces = new Map<Rounds, Set<number>>()
  let bytes = 0
  return [...streams]
    .filter(({ slowFor }) => slowFor > 0)
    .sort((one, other) => one.slowFor - other.slowFor)
    .filter(({ unread: { ownBytes, shared } }) => {
      const more: number[] = []
      const counted = shared && piecesOf(pieces, shared.rounds)
      if (shared && counted) {
        for (let piece = Math.floor(shared.from / pieceBytes); piece * pieceBytes < shared.to; piece++) {
          if (!counted.has(piece)) more.push(piece)
        }
      }
      const added = ownBytes + more.length * pieceBytes
      if (bytes + added > bytesMax) return true
      bytes += added
      for (const piece of more) counted?.add(piece)
      return false
    })
}

function piecesOf(all: Map<Rounds, Set<number>>, rounds: Rounds): Set<number> {
  const known = all.get(rounds) ?? new Set()
  all.set(rounds, known)
  return known
}
