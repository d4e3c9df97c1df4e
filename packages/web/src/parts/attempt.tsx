import { type Signal, useSignal } from '@preact/signals'
import { language } from '../page-context.ts'
import { whyOf } from '../texts/why.ts'

/** Something that the server may refuse: one at a time, and why it did not come about. */
export function useAttempt() {
  const fault = useSignal<unknown>(undefined)
  const busy = useSignal(false)
  const attempt = async (what: () => Promise<void>): Promise<void> => {
    if (busy.peek()) return
    busy.value = true
    fault.value = undefined
    try {
      await what()
    } catch (error) {
      fault.value = error
    } finally {
      busy.value = false
    }
  }
  return { fault, busy, attempt }
}

export interface FaultProps {
  fault: Signal<unknown>
  id?: string
  /** It was about somebody else than who asked for it. */
  isOfOther?: boolean
}

/** Why something did not come about. It is read aloud. */
export const Fault = ({ fault, id, isOfOther }: FaultProps) => (
  <p id={id} class="note wrong" role="alert">
    {fault.value !== undefined && whyOf(fault.value, language.value, isOfOther)}
  </p>
)
