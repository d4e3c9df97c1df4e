import { voice } from '../page-context.ts'

/** What is read aloud, and the last of it that was done here in sight. It is always there: what comes together with its text is not read. */
export function Told({ isSilent }: { isSilent?: boolean }) {
  const lines = isSilent ? [] : voice.lines.value
  const shown = lines.findLast(({ isShown }) => isShown)
  return (
    <div class={shown ? 'told' : 'unseen'} role="status" aria-live="polite" aria-atomic="false">
      {lines.map((line) => (
        <p key={line.key} class={line === shown ? 'told-line' : 'unseen'}>
          {line.text}
        </p>
      ))}
    </div>
  )
}
