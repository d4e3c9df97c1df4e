import { aloud } from '../page-context.ts'

/** What is read aloud, and shown if it was done here. It is always there: what comes together with its text is not read. */
export function Told({ isSilent }: { isSilent?: boolean }) {
  const { text, isShown } = aloud.value
  return (
    <div class={isShown && !isSilent ? 'told' : 'unseen'} role="status" aria-live="polite" aria-atomic="true">
      {!isSilent && text}
    </div>
  )
}
