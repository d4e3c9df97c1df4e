import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { copyText } from '../browser/copy.ts'
import { words } from '../page-context.ts'

export interface CopyButtonProps {
  text: string
  label: string
  element?: RefObject<HTMLButtonElement | null>
}

/** Puts a text on the clipboard, and says so. */
export function CopyButton({ text, label, element }: CopyButtonProps) {
  const copied = useSignal('')
  return (
    <button
      ref={element ?? null}
      type="button"
      class="plain"
      onClick={() => void copyText(text).then((done) => (copied.value = done ? text : ''))}
    >
      {copied.value === text ? words().copied : label}
    </button>
  )
}
