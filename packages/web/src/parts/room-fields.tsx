import type { Signal } from '@preact/signals'
import { words } from '../page-context.ts'
import { Field } from './field.tsx'

/** What an owner decides of a room, when it is made and afterwards. @param fault  id of what says why it was refused */
export function RoomFields({ title, isPrivate, fault }: { title: Signal<string>; isPrivate: Signal<boolean>; fault: string }) {
  const said = words()
  return (
    <>
      <Field label={said.roomTitle} text={title} dir="auto" maxLength={100} aria-describedby={fault} />
      <label class="check">
        <input
          type="checkbox"
          checked={isPrivate.value}
          onChange={({ currentTarget }) => (isPrivate.value = currentTarget.checked)}
        />
        {said.privateRoom}
      </label>
    </>
  )
}
