import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'

/** A request and its answer, as the newest of a connection. */
interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  /** The answer that has to leave first. */
  before: ServerResponse | undefined
  /** How many answers have to leave first. */
  depth: number
}

/** Requests that may wait on one connection until those before them are answered. */
const pipelinedMax = 100
/** How long what still comes is thrown away after the last answer, in the hope that the client reads it and closes. */
const lingerMs = 2_000

const newest = new WeakMap<Socket, Exchange>()
const ending = new WeakSet<Socket>()

/** “Finished” comes earlier than the moment at which Node closes the connection, if it does. */
const isOpen = (response: ServerResponse): boolean => !response.closed

/** Note a request as the newest of its connection. */
export function noteExchange(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request
  const last = newest.get(socket)
  const isFollowing = last !== undefined && isOpen(last.response)
  const depth = isFollowing ? last.depth + 1 : 0
  newest.set(socket, { request, response, before: isFollowing ? last.response : undefined, depth })
  if (last === undefined) socket.destroySoon = endWhole
  if (depth > pipelinedMax) socket.destroy()
}

/** Resolves when what was asked before on the connection of `request` is answered; false: the connection has ended with that. */
export function turnOf(request: IncomingMessage, begin: (mayAnswer: boolean) => void): void {
  const exchange = newest.get(request.socket)
  const before = exchange?.request === request ? exchange.before : undefined
  if (before === undefined || !isOpen(before)) begin(true)
  else before.once('close', () => begin(request.socket.writable))
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
  const { request, response, before } = exchange
  if (request.complete) after(response, () => linger(socket, answer?.()))
  else if (!response.headersSent) after(before, () => linger(socket, answer?.(request.method)))
  else if (response.writableEnded) after(response, () => linger(socket))
  else socket.destroy()
}

function after(response: ServerResponse | undefined, then: () => void): void {
  if (response === undefined || !isOpen(response)) then()
  else response.once('close', then)
}

/** In the place of `destroySoon`, which Node calls after the last answer of a connection. */
function endWhole(this: Socket): void {
  if (newest.get(this)?.request.complete) destroySoon.call(this)
  else linger(this)
}

const { destroySoon } = Socket.prototype

/** A connection that is closed while more comes in is reset, and the client may never see the answer (RFC 9112, 9.6). */
function linger(socket: Socket, last?: string): void {
  if (socket.destroyed) return
  if (last === undefined || socket.writableEnded) socket.end()
  else socket.end(last)
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
}
