import type { Signal } from '@preact/signals'
import type { ComponentChildren, PartialInputHTMLAttributes } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

type Attributes = Omit<PartialInputHTMLAttributes<HTMLInputElement>, 'type' | 'role' | 'value' | 'onInput' | 'ref'>

export interface FieldProps extends Attributes {
  label: string
  text: Signal<string>
  /** What is typed is not shown. */
  isPassword?: boolean
  /** What stands below it. */
  children?: ComponentChildren
}

/** One line to fill in, with its name above it. */
export function Field({ label, text, isPassword = false, children, ...attributes }: FieldProps) {
  const box = useRef<HTMLInputElement>(null)
  const type = (isPassword ? 'password' : 'text') as 'text' // the types of Preact want one that is known beforehand
  // The browser itself heeds `autofocus` in a new document and a new dialog, and nowhere else.
  useLayoutEffect(() => {
    if (attributes.autoFocus) box.current?.focus()
  }, [])
  return (
    <label class="labelled">
      {label}
      <input
        {...attributes}
        ref={box}
        type={type}
        value={text.value}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)}
      />
      {children}
    </label>
  )
}
