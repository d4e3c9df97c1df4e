import type { ChatClient } from '@tertulia/client'
import type { LogEvent, Message } from '@tertulia/protocol'
import { ConnectionNews } from './connection-news.ts'

/** How events are written: for eyes, for `cut` and `awk`, for programs. */
export type Face = 'terminal' | 'columns' | 'json'

export interface WatchOptions {
  face: Face
  /** How many messages of the past come first. */
  old: number
  /** Cursor to begin after, instead of a piece of the past. */
  after: string | undefined
}

/** Write the events of a room to standard output, for ever. News about the connection goes to standard error. */
export async function watchRoom(client: ChatClient, room: string, { face, old, after }: WatchOptions): Promise<void> {
  const linesOf = await faces[face]()
  const write = (event: LogEvent) => {
    for (const line of linesOf(event)) process.stdout.write(`${line}\n`)
  }
  const tell = (sentence: string) => {
    if (face !== 'json') process.stderr.write(`${sentence}\n`)
  }
  const notice = (sentence: string | undefined) => {
    if (sentence !== undefined) tell(`-- ${sentence} --`)
  }
  const past = old > 0 ? await client.messages.history(room, { limit: old }) : undefined
  for (const message of past?.messages ?? []) write(creationOf(message))

  const news = new ConnectionNews()
  let begun = false
  for await (const item of client.follow(room, { after: after ?? past?.cursor ?? 'now' })) {
    switch (item.type) {
      case 'ready':
        if (!begun) tell(`watching ${room} from ${item.cursor}`)
        begun = true
        notice(news.found())
        break
      case 'disconnected':
        notice(news.lost(item))
        break
      case 'synced':
        break
      default:
        write(item)
    }
  }
}

const faces: Record<Face, () => Promise<(event: LogEvent) => string[]>> = {
  async terminal() {
    const { Timeline } = await import('./printing/timeline.ts')
    const timeline = new Timeline(() => process.stdout.columns)
    return (event) => timeline.event(event)
  },
  async columns() {
    const { columnsLines } = await import('./printing/columns.ts')
    return columnsLines
  },
  async json() {
    const { jsonLine } = await import('./printing/json-line.ts')
    return (event) => [jsonLine(event)]
  }
}

/** The event that created a message, as the log shows it: with the message as it is now. */
function creationOf(message: Message): LogEvent {
  const { id, room, createdAt, author } = message
  return { seq: id, type: 'message.created', room, at: createdAt, actor: author.name, message }
}
