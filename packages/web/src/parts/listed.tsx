import { useRef } from 'preact/hooks'
import { tell } from '../page-context.ts'
import { AskingButton } from './question.tsx'

export interface ListedProps {
  title: string
  /** `text` says what it is. */
  items: readonly { key: string; text: string }[]
  /** What can be done with each: with the one of that key. */
  label: string
  done: string
  onDo: (key: string) => Promise<void>
}

/** Some things of a kind, each with a button that ends it; nothing where there are none. */
export function Listed({ title, items, label, done, onDo }: ListedProps) {
  const section = useRef<HTMLElement>(null)
  const act = async (key: string) => {
    await onDo(key)
    tell(done)
    // What had the focus is gone, and perhaps all of it.
    requestAnimationFrame(() => (section.current ?? document.querySelector<HTMLElement>('dialog[open] button'))?.focus())
  }
  if (items.length === 0) return null
  return (
    <section ref={section} class="card" tabIndex={-1}>
      <h3>{title}</h3>
      <ul class="listed">
        {items.map(({ key, text }) => (
          <li key={key}>
            <bdi>{text}</bdi>
            <AskingButton label={label} look="plain" about={text} onYes={() => act(key)} />
          </li>
        ))}
      </ul>
    </section>
  )
}
