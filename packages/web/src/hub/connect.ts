import { Hub } from './hub.ts'
import type { FromHub, ToHub } from './messages.ts'
import { openOutboxStore } from './outbox-store.ts'
import workerUrl from './worker.ts?worker&url'

/** The way from a tab to the hub. */
export interface HubLine {
  tell(message: ToHub): void
}

interface TrustedScripts {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}

/** The only script that the page starts by itself. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedScripts }
  policy ??= trustedTypes?.createPolicy('tertulia', {
    createScriptURL: (asked) => {
      if (asked === url) return asked
      throw new TypeError(`${asked} is no script of this page`)
    }
  })
  return policy?.createScriptURL(url) ?? url
}
let policy: ReturnType<TrustedScripts['createPolicy']> | undefined

/**
 * Get in touch with the hub: in a worker that all tabs share, or, in a browser without such workers, in this tab.
 * @param name  one hub for each: of a user of a server
 */
export function connect(name: string, hear: (message: FromHub) => void): HubLine {
  if (typeof SharedWorker === 'undefined') return inThisTab(hear)
  let tell: HubLine['tell']
  /** Until it has answered. */
  let unheard: ToHub[] | undefined = []
  try {
    const worker = new SharedWorker(trusted(new URL(workerUrl, document.baseURI).href), { type: 'module', name })
    const { port } = worker
    port.onmessage = ({ data }: MessageEvent<FromHub>) => {
      unheard = undefined
      hear(data)
    }
    tell = (message) => {
      unheard?.push(message)
      port.postMessage(message)
    }
    // It could not even be loaded: what was said to it is said again, here.
    worker.onerror = () => {
      port.close()
      tell = inThisTab(hear).tell
      for (const message of unheard ?? []) tell(message)
    }
  } catch {
    tell = inThisTab(hear).tell
  }
  return { tell: (message) => tell(message) }
}

function inThisTab(hear: (message: FromHub) => void): HubLine {
  const hub = new Hub({ tell: hear, openOutboxStore })
  return { tell: (message) => hub.take(message) }
}
