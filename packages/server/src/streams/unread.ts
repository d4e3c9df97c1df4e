import type { Reader, Rounds } from '../feeds/subscriber.ts'

/** What waits for the reader of a stream. */
export interface Unread {
  /** Bytes that nobody else holds. */
  ownBytes: number
  /** The rest: of all that these rounds have written, what lies between these places. It is there once, however many wait for it. */
  shared?: { rounds: Rounds; from: number; to: number } | undefined
}

/** A stream, as far as it matters here. */
export interface SlowStream {
  readonly reader: Reader
  readonly unread: Unread
  /** For how many looks in a row something has waited for its reader. */
  readonly slowFor: number
}

/** Shared bytes are counted in pieces of this size: a hundred that froze together hold as much as one, and a piece. */
const pieceBytes = 256 * 1024

/**
 * Which streams have to be cut so that what waits for all the others is no more than so many bytes. Whoever holds the most goes first,
 * all streams of a user and all users at one address in sum (max-min fairness): nobody has others cut by holding much. Of one user the
 * streams go first whose readers have been slow for longest: they can come back with their cursors. A stream that holds what others hold
 * as well frees nothing, and is kept.
 */
export function beyond<T extends SlowStream>(streams: Iterable<T>, bytesMax: number): T[] {
  const pieces = new Map<Rounds, Set<number>>()
  let bytes = 0
  return ranked(streams)
    .filter(({ stream: { unread } }) => {
      const { ownBytes, shared } = unread
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
    .map(({ stream }) => stream)
}

interface Ranked<T> {
  stream: T
  /** What its user, or everybody at its address, holds in sum, whichever is more: with this stream and all that come before it. */
  held: number
}

/** The slow ones, in the order in which they are kept. */
function ranked<T extends SlowStream>(streams: Iterable<T>): Ranked<T>[] {
  const ofUser = new Map<number, number>()
  const ofAddress = new Map<string, number>()
  return [...streams]
    .filter(({ slowFor }) => slowFor > 0)
    .sort((one, other) => one.slowFor - other.slowFor)
    .map((stream) => ({ stream, held: add(ofUser, stream.reader.user.id, bytesOf(stream.unread)) }))
    .sort(byHeld)
    .map(({ stream, held }) => {
      const { addressBlock } = stream.reader
      // This machine is no address of anybody: a proxy on it may stand for everybody.
      const together = addressBlock === undefined ? 0 : add(ofAddress, addressBlock, bytesOf(stream.unread))
      return { stream, held: Math.max(held, together) }
    })
    .sort(byHeld)
}

const byHeld = (one: { held: number }, other: { held: number }): number => one.held - other.held

const bytesOf = ({ ownBytes, shared }: Unread): number => ownBytes + (shared ? shared.to - shared.from : 0)

function add<K>(sums: Map<K, number>, key: K, bytes: number): number {
  const sum = (sums.get(key) ?? 0) + bytes
  sums.set(key, sum)
  return sum
}

function piecesOf(all: Map<Rounds, Set<number>>, rounds: Rounds): Set<number> {
  const known = all.get(rounds) ?? new Set()
  all.set(rounds, known)
  return known
}
