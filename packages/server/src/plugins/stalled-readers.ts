import fp from 'fastify-plugin'
import { StalledConnections } from '../connections/stalled-connections.ts'

/** Cuts off clients that do not read their answer, whatever it is: a page, a problem or a stream. */
export const stalledReaders = fp<{ onCut: () => void }>(
  async (app, { onCut }) => {
    const connections = new StalledConnections(onCut)
    app.addHook('onRequest', (request, _reply, done) => {
      connections.watch(request.raw.socket)
      done()
    })
    app.addHook('onClose', async () => connections.close())
  },
  { name: 'stalled-readers' }
)
