import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { forgetHead } from './request-line.ts'
import { requestTurns } from './request-turns.ts'

/** A request and its answer, as the newest of a connection. */
interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  /** How many answers have to leave first. */
  depth: number
}

/** Requests that may wait on one connection until those before them are answered; with the last of them it closes. */
const waitingMax = 100
/** How long what still comes is thrown away after the last answer, in the hope that the client reads it and closes. */
const lingerMs = 2_000

const newest = new WeakMap<Socket, Exchange>()
/** The answer that has to leave before a request may be carried out. */
const before = new WeakMap<IncomingMessage, ServerResponse>()
const ending = new WeakSet<Socket>()

/** “Finished” comes earlier than the moment at which Node closes the connection, if it does. */
const isOpen = (response: ServerResponse): boolean => !response.closed

/** Note a request as the newest of its connection. */
export function noteExchange(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request
  const last = newest.get(socket)
  let depth = 0
  if (last && isOpen(last.response)) {
    depth = last.depth + 1
    before.set(request, last.response)
  }
  newest.set(socket, { request, response, depth })
  if (last === undefined) socket.destroySoon = endWhole
  if (depth < waitingMax) return
  response.shouldKeepAlive = false
  readNoMore(socket)
}

/**
 * Forget a request that is whole, and its answer, which goes on without them.
 * @returns whether they were the newest of their connection; others that came behind them still need them
 */
export function forgetExchange({ req: request, socket }: ServerResponse): boolean {
  if (!socket || !request.complete || newest.get(socket)?.request !== request) return false
  return newest.delete(socket)
}

/** Whether something that was asked before on the connection of this request has to be answered first. */
export function hasToWait(request: IncomingMessage): boolean {
  const response = before.get(request)
  return response !== undefined && isOpen(response)
}

/**
 * Whether nothing is read on the connection of this request any more until it is answered, because too much has come behind it: whoever
 * sent that may have gone meanwhile, and nobody would hear of it.
 */
export function holdsUp({ socket }: IncomingMessage): boolean {
  const last = newest.get(socket)
  if (!last) return false
  const { complete, readableLength, readableHighWaterMark } = last.request
  return ending.has(socket) || last.depth >= waitingMax || (!complete && readableLength >= readableHighWaterMark)
}

/** Let the answer to a request that has to wait be the last one of its connection, and nothing but these words. */
export function endAt(request: IncomingMessage, answer: (method?: string) => string): void {
  const { socket, method } = request
  ending.add(socket)
  request.resume()
  readNoMore(socket)
  after(before.get(request), () => linger(socket, answer(method)))
}

/** What follows in the same piece is parsed all the same: no request is made of it, which would cost far more memory than it has bytes. */
function readNoMore(socket: Socket & { parser?: { onIncoming?: (request: IncomingMessage) => number } | null }): void {
  // What the parser, which is not documented, calls for each request (tried on Node 20 to 26).
  if (socket.parser?.onIncoming) socket.parser.onIncoming = ignore
  forgetHead(socket)
  socket.pause()
}

function ignore(request: IncomingMessage): number {
  request.resume()
  return 0
}

/**
 * Call `begin` when what was asked before on the connection of `request` is answered; false: the last answer has been given.
 * Whoever sends many requests in one go lets others have a turn after each.
 */
export function turnOf(request: IncomingMessage, begin: (mayAnswer: boolean) => void): void {
  const { socket } = request
  const response = before.get(request)
  const beginNow = () => begin(!socket.writableEnded && !socket.destroyed)
  if (response && isOpen(response)) response.once('close', () => setImmediate(() => requestTurns.add(beginNow)))
  else beginNow()
}

/**
 * Say something, for the last time, on a connection whose bytes make no request any more: when what was asked before is
 * answered, and in the place of the answer to what broke off. Nothing is said to who has that answer already, or the last one.
 */
export function endWith(socket: Socket, answer?: (method?: string) => string): void {
  if (ending.has(socket)) return
  ending.add(socket)
  const exchange = newest.get(socket)
  if (!exchange) return void linger(socket, answer?.())
  const { request, response } = exchange
  if (request.complete) after(response, () => linger(socket, answer?.()))
  else if (!response.headersSent) after(before.get(request), () => linger(socket, answer?.(request.method)))
  else if (response.writableEnded) after(response, () => linger(socket))
  else socket.destroy()
}

function after(response: ServerResponse | undefined, then: () => void): void {
  if (response === undefined || !isOpen(response)) then()
  else response.once('close', then)
}

/** In the place of `destroySoon`, which Node calls after the last answer of a connection. */
function endWhole(this: Socket): void {
  const last = newest.get(this)
  if (last?.request.complete && last.depth < waitingMax) destroySoon.call(this)
  else linger(this)
}

const { destroySoon } = Socket.prototype

/** Say something for the last time. A connection that is closed while more comes in is reset, and the client may never see it (RFC 9112, 9.6). */
export function linger(socket: Socket, last?: string): void {
  if (socket.destroyed) return
  if (last === undefined || socket.writableEnded) socket.end()
  else socket.end(last)
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
}
