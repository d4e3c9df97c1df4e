import type { LogEvent, Message } from '@tertulia/protocol'

/** How data is written to standard output: for eyes, for `cut` and `awk`, for programs. */
export type OutputFormat = 'terminal' | 'tabs' | 'json'

/** The lines of an event, each without its newline. What a format has no words for gives none. */
export type EventLines = (event: LogEvent) => string[]

/** @param rooms  those that are shown together; of several, each line on a terminal names its own */
export async function eventLines(format: OutputFormat, rooms: readonly string[]): Promise<EventLines> {
  switch (format) {
    case 'terminal': {
      const [{ Timeline }, { lookOf, wantsPlain }] = await Promise.all([import('./timeline.ts'), import('./look.ts')])
      const look = lookOf(process.stdout, { plain: wantsPlain(process.env) })
      const timeline = new Timeline(() => process.stdout.columns || 80, rooms, look)
      return (event) => timeline.event(event)
    }
    case 'tabs': {
      const { eventTabLines } = await import('./tab-lines.ts')
      return eventTabLines
    }
    case 'json': {
      const { jsonLine } = await import('./json-line.ts')
      return (event) => [jsonLine(event)]
    }
  }
}

/** A message of a list as it is printed: at the time when it was created, with the type of what it is now. */
export function listed(message: Message): LogEvent {
  const { deletedAt, editedAt } = message
  const type = deletedAt !== null ? 'message.deleted' : editedAt !== null ? 'message.edited' : 'message.created'
  return { ...creationOf(message), type, message } as LogEvent
}

/** The event that created a message, as the log shows it: with the message as it is now. */
export function creationOf(message: Message): LogEvent {
  const { id, room, createdAt, author } = message
  return { seq: id, type: 'message.created', room, at: createdAt, actor: author.name, message }
}
