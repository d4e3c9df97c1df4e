import type { AddressInfo } from 'node:net'
import { noRateLimits } from '@tertulia/protocol'
import Fastify, { type FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import { chatServer } from '../../src/app.ts'
import type { Bus } from '../../src/buses/bus.ts'
import { LocalBus } from '../../src/buses/local.ts'
import { chatServerOptions } from '../../src/root-options.ts'
import type { OperatorService } from '../../src/services/operator.ts'
import { RawClient } from '../streams/raw-client.ts'
import { cheap, type Guest, openApp } from './open-app.ts'

export interface Node {
  app: FastifyInstance
  operator: OperatorService
  ana: Guest
  luis: Guest
  /** Begin to follow as luis. */
  follow(path: string): Promise<RawClient>
}

/** Two servers over one store, each at its end of a bus; unless one is given, every hint between them is lost. */
export async function openNodes(buses: readonly [Bus, Bus] = [new LocalBus(true), new LocalBus(true)]): Promise<[Node, Node]> {
  const { store, ana, luis } = await openApp()
  const open = async (bus: Bus): Promise<Node> => {
    let operator: OperatorService | undefined
    const app = Fastify({ ...chatServerOptions })
    const onOperator = (service: OperatorService) => {
      operator = service
    }
    await app.register(chatServer, { store, bus, limits: noRateLimits, passwords: { cost: cheap }, onOperator })
    await app.listen({ port: 0, host: '127.0.0.1' })
    onTestFinished(() => app.close())
    const { port } = app.server.address() as AddressInfo
    const follow = async (path: string) => {
      const client = await RawClient.open(port)
      onTestFinished(() => void client.socket.destroy())
      client.send(`GET ${path} HTTP/1.1\r\nAuthorization: ${luis.headers.authorization}\r\nAccept: application/x-ndjson`)
      return client
    }
    return { app, operator: operator as OperatorService, ana: ana.at(app), luis: luis.at(app), follow }
  }
  return [await open(buses[0]), await open(buses[1])]
}
