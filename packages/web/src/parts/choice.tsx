import type { Signal } from '@preact/signals'

export interface ChoiceProps {
  label: string
  chosen: Signal<string>
  options: readonly { value: string; text: string }[]
}

/** One of a few things, with its name above it. */
export const Choice = ({ label, chosen, options }: ChoiceProps) => (
  <label class="labelled">
    {label}
    <select value={chosen.value || options[0]?.value} onChange={({ currentTarget }) => (chosen.value = currentTarget.value)}>
      {options.map(({ value, text }) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  </label>
)
