import type { LogEvent, Message } from '@tertulia/protocol'

/**
 * The same events, each message in the latest state that any of them shows: a text that was deleted
 * while its first event waited is not sent after all.
 */
export function inLatestState(events: LogEvent[]): LogEvent[] {
  if (!events.some(({ type }) => type === 'message.edited' || type === 'message.deleted')) return events
  const latest = new Map<number, Message>()
  for (const event of events) {
    if ('message' in event && event.message.rev >= (latest.get(event.message.id)?.rev ?? 0)) {
      latest.set(event.message.id, event.message)
    }
  }
  return events.map((event) => ('message' in event ? { ...event, message: latest.get(event.message.id) as Message } : event))
}
