import { Hub } from './hub.ts'
import type { ToHub } from './messages.ts'
import { openOutboxStore } from './outbox-store.ts'

/** The hub in a SharedWorker: one for all tabs of a user, as long as one of them is open. */
const ports = new Set<MessagePort>()

const hub = new Hub({
  tell: (message, tab) => {
    for (const port of ports) if (tab === undefined || tab === port) port.postMessage(message)
  },
  openOutboxStore
})

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports
  if (!port) return
  ports.add(port)
  port.onmessage = ({ data }: MessageEvent<ToHub>) => {
    if (data.kind === 'bye') ports.delete(port)
    else ports.add(port)
    hub.take(data, port)
  }
})
