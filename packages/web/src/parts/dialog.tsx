import type { ComponentChildren, TargetedEvent } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { voice, words } from '../page-context.ts'
import { CloseIcon } from './icons.tsx'
import { Told } from './told.tsx'

export interface DialogProps {
  title: string
  class?: string
  onClose: () => void
  children: ComponentChildren
}

/** Something above the page: the focus stays in it, Escape and a click beside it close it, and the focus goes back. */
export function Dialog({ title, class: kind = '', onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const before = document.activeElement
    voice.move()
    const dialog = element.current
    dialog?.showModal()
    return () => {
      voice.move()
      dialog?.close() // as long as it is open, nothing below it can have the focus
      const back = before?.isConnected ? before : document.getElementById('messages')
      if (back instanceof HTMLElement) back.focus()
    }
  }, [])
  // At once: that it has closed is told a moment later, and by then the next one may be there.
  const cancel = (event: Event) => {
    event.preventDefault()
    onClose()
  }
  /** The browser may close it without asking, on a second Escape. */
  const closed = ({ currentTarget }: TargetedEvent<HTMLDialogElement>) => {
    if (currentTarget.isConnected) onClose()
  }
  const closeBeside = ({ target }: MouseEvent) => {
    if (target === element.current) onClose()
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the key for it is Escape, which the element heeds itself
    <dialog ref={element} class={`dialog ${kind}`} aria-label={title} onCancel={cancel} onClose={closed} onClick={closeBeside}>
      <div class="dialog-body">
        <header class="dialog-head">
          <h2>{title}</h2>
          <button type="button" class="quiet square" aria-label={words().close} onClick={onClose}>
            <CloseIcon />
          </button>
        </header>
        {children}
        <Told />
      </div>
    </dialog>
  )
}
