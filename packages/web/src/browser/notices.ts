import { signal } from '@preact/signals'
import type { Message } from '@tertulia/protocol'
import { neutralise } from '@tertulia/protocol/neutralise'
import { speaksTo } from '../texts/links.ts'
import { keep, kept } from './kept.ts'
import { goTo } from './place.ts'

const key = 'tertulia notices'

/** Whether the system tells of mentions: `unsafe`, because browsers allow it on secure pages only. */
export const notices = signal<{ state: 'on' | 'off' | 'denied' | 'unsafe' }>({ state: stateNow() })

function stateNow(): 'on' | 'off' | 'denied' | 'unsafe' {
  if (typeof Notification === 'undefined' || !globalThis.isSecureContext) return 'unsafe'
  if (Notification.permission === 'denied') return 'denied'
  return kept(key) === 'on' && Notification.permission === 'granted' ? 'on' : 'off'
}

/** Within a click, because the browser asks whether it may. */
export async function chooseToNotify(isOn: boolean): Promise<void> {
  if (isOn && Notification.permission === 'default') await Notification.requestPermission()
  keep(key, isOn ? 'on' : null)
  notices.value = { state: stateNow() }
}

/** Tell of a message that speaks to its reader while they look elsewhere. All tabs do, and the system shows one. */
export function notifyOf({ id, room, author, text }: Message, reader: string): void {
  if (notices.peek().state !== 'on' || document.hasFocus() || author.name === reader || text === null) return
  if (!speaksTo(text, reader)) return
  const notice = new Notification(`${neutralise(author.name)} · ${neutralise(room)}`, {
    body: neutralise(text),
    tag: `${room} ${id}`
  })
  notice.onclick = () => {
    window.focus()
    goTo(room)
    notice.close()
  }
}
