import { useSignal } from '@preact/signals'
import { copyText } from '../browser/copy.ts'
import { words } from '../page-context.ts'

/** Puts a text on the clipboard, and says so. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const copied = useSignal('')
  return (
    <button type="button" class="plain" onClick={() => void copyText(text).then((done) => (copied.value = done ? text : ''))}>
      {copied.value === text ? words().copied : label}
    </button>
  )
}
