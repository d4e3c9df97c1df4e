import { type LogEvent, type Message, messageOf } from '@tertulia/protocol'

/**
 * The same events, each message in the latest state that any of them shows: a text that was deleted
 * while its first event waited is not sent after all.
 */
export function inLatestState(events: LogEvent[]): LogEvent[] {
  if (events.every((event) => isFirstState(messageOf(event)))) return events
  const latest = new Map<number, Message>()
  for (const event of events) {
    const message = messageOf(event)
    if (message && message.rev >= (latest.get(message.id)?.rev ?? 0)) latest.set(message.id, message)
  }
  return events.map((event) => {
    const message = latest.get(messageOf(event)?.id ?? 0)
    return message ? ({ ...event, message } as LogEvent) : event
  })
}

const isFirstState = (message: Message | undefined): boolean => message === undefined || message.rev === message.id
