import { useSignal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { words } from '../page-context.ts'
import { Fault, useAttempt } from './attempt.tsx'

export interface QuestionProps {
  question: string
  yes: string
  no: string
  onYes: () => void
  onNo: () => void
}

/** A second word before what cannot be undone, in the place of what asked for it. Escape is a no. */
export function Question({ question, yes, no, onYes, onNo }: QuestionProps) {
  const part = useRef<HTMLDivElement>(null)
  const first = useRef<HTMLButtonElement>(null)
  // The button that had the focus is gone. All of the question comes into sight: it is larger than what asked for it.
  useLayoutEffect(() => {
    first.current?.focus({ preventScroll: true })
    part.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    event.preventDefault()
    onNo()
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a look of its own
    <div ref={part} class="question" role="group" aria-label={question} onKeyDown={onKeyDown}>
      <p>{question}</p>
      <div class="buttons">
        <button ref={first} type="button" class="danger" onClick={onYes}>
          {yes}
        </button>
        <button type="button" class="plain" onClick={onNo}>
          {no}
        </button>
      </div>
    </div>
  )
}

/** A button that asks before it does anything, where there is a question. */
export function AskingButton({
  label,
  look,
  question,
  about,
  onYes
}: {
  label: string
  look: string
  question?: string | undefined
  /** What it is about, where there are several. */
  about?: string
  onYes: () => Promise<void>
}) {
  const asking = useSignal(false)
  const { fault, attempt } = useAttempt()
  const button = useRef<HTMLButtonElement>(null)
  const keep = () => {
    asking.value = false
    requestAnimationFrame(() => button.current?.focus())
  }
  const press = () => {
    if (question) asking.value = true
    else void go()
  }
  const go = () =>
    attempt(async () => {
      await onYes()
      if (asking.peek()) keep()
    })
  return (
    <>
      {asking.value && question ? (
        <Question question={question} yes={label} no={words().cancel} onYes={() => void go()} onNo={keep} />
      ) : (
        <button ref={button} type="button" class={look} aria-label={about && `${label}: ${about}`} onClick={press}>
          {label}
        </button>
      )}
      <Fault fault={fault} />
    </>
  )
}
