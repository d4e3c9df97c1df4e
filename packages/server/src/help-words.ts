import { inviteDaysDefault, inviteUsesMax } from '@tertulia/protocol'
import { type Flag, flags, variable } from './flags.ts'

/** Of a table with two columns. */
export type Rows = readonly (readonly [label: string, text: string])[]

/** What the page of a command says. */
export interface Page {
  summary: string
  usage: string
  description: string
  args: Rows
  flags: Rows
  examples: Rows
  exits: Rows
}

const name: Rows = [['NAME', 'the user, in any spelling of the name']]
const undo: Rows = [['--undo', 'take it back']]
const db: Rows = [['--db FILE', `database file [default: in your data folder; env: ${variable('db')}]`]]
/** Where the chat is, for what does not need a file. */
const place: Rows = [...db, ['--store URL', `PostgreSQL database instead of a file [env: ${variable('store')}]`]]
const json: Rows = [['--json', 'print one JSON object']]
const done: Rows = [
  ['0', 'done'],
  ['1', 'refused: there is no such user or room, or nobody knows what the server did'],
  ['2', 'wrong usage'],
  ['78', 'there is no database, or its server does not answer']
]
/** How what is about users and invites goes about it. */
const howCarriedOut =
  'The server that runs with the database file carries it out; where none runs, the file is changed itself, and so is PostgreSQL: then the links begin with CHAT_SERVER_PUBLIC_URL. Only the user whose server it is may do this.'

/** The command, or the words that name it. */
export const pages: Record<string, Page> = {
  start: {
    summary: 'Run the server until Ctrl-C or SIGTERM',
    usage: 'chat-server start [FLAGS]',
    description:
      'Everything is in one database file, which one server at a time has, or in PostgreSQL, for several. On a terminal it says how to join and what happens; anywhere else it writes lines of JSON, the first of which says where it listens. SIGHUP reads the certificates again. A flag counts more than its variable in the environment.',
    args: [],
    flags: startFlags({ withVariables: true }),
    examples: [
      ['Start for this computer alone', 'chat-server start'],
      ['Start for everybody who reaches this computer', 'chat-server start --host 0.0.0.0 --db ./chat.db'],
      [
        'With HTTPS, for people who are invited',
        'chat-server start --host 0.0.0.0 --registration invite \\\n  --tls-cert fullchain.pem --tls-key privkey.pem'
      ],
      ['With PostgreSQL', 'chat-server start --store postgres://chat@db.example.org/chat'],
      [
        'Behind a proxy on the same computer',
        'chat-server start --public-url https://chat.example.org \\\n  --trust-proxy 127.0.0.1'
      ]
    ],
    exits: [
      ['0', 'stopped; every message is on disk'],
      ['1', 'failed while it ran'],
      ['2', 'wrong usage'],
      ['78', 'cannot start as configured: a port, a database or a certificate cannot be used']
    ]
  },
  invite: {
    summary: 'Print a link that lets people in',
    usage: 'chat-server invite [--uses N] [--expires TIME] [--room ROOM] [--admin] [--db FILE | --store URL]',
    description: `Whoever has it registers with it: chat join LINK. It is shown only here. ${howCarriedOut}`,
    args: [],
    flags: [
      ['--uses N', `how many people it lets in [1 to ${inviteUsesMax}; default: 1]`],
      ['--expires TIME', `how long it works, such as 12h or 30d [365d at most; default: ${inviteDaysDefault}d]`],
      ['--room ROOM', 'the room that it leads into [default: to the server alone]'],
      ['--admin', 'make an admin of whoever registers with it'],
      ...place
    ],
    examples: [
      ['Invite one person', 'chat-server invite'],
      ['For a class of thirty, into one room', 'chat-server invite --uses 30 --expires 1d --room course'],
      ['For another admin', 'chat-server invite --admin']
    ],
    exits: done
  },
  backup: {
    summary: 'Copy the database into one file, also while the server runs',
    usage: 'chat-server backup FILE [--db FILE] [--json]',
    description:
      'The copy holds everything that was acknowledged before it began, and nothing that was deleted. It is read through before it gets its name. Writes go on meanwhile. Deleted texts stay in the database until it ends.',
    args: [['FILE', 'file to make, which must not be there yet; or a folder, for a file that is named after the time']],
    flags: [...db, ...json],
    examples: [
      ['Back up into a file', 'chat-server backup chat-backup.db'],
      ['Every night, into a folder', 'chat-server backup /var/backups/chat/ --db /srv/chat/chat.db']
    ],
    exits: [
      ['0', 'done; the copy is on disk'],
      ['1', 'not done: the file is there already, or cannot be written'],
      ['2', 'wrong usage'],
      ['78', 'there is no database, or it cannot be opened']
    ]
  },
  restore: {
    summary: 'Put a backup in the place of the database',
    usage: 'chat-server restore BACKUP [--replace] [--db FILE] [--json]',
    description:
      'Stop the server first. The backup is copied and read through before anything is changed, and stays where it is. Tokens and passwords are those of the backup. Readers begin anew: their cursors are answered with 410.',
    args: [['BACKUP', 'what chat-server backup made, or a copy of the files of a stopped server']],
    flags: [['--replace', 'a database may be there: it is kept beside the new one'], ...db, ...json],
    examples: [
      ['Restore on a new machine', 'chat-server restore chat-backup.db'],
      ['In the place of another one', 'chat-server restore chat-backup.db --replace --db /srv/chat/chat.db']
    ],
    exits: [
      ['0', 'done; the next start uses it'],
      ['1', 'not done: a server runs, a database is there, or the backup is damaged'],
      ['2', 'wrong usage'],
      ['78', 'there is no backup, or it is not a database of this program']
    ]
  },
  check: {
    summary: 'Look the whole database through',
    usage: 'chat-server check [--db FILE] [--json]',
    description:
      'Pages, references, the numbers of every room, messages, texts, accounts and the search index, as they are at one moment; a server may run. Nothing is changed. A backup can be checked too.',
    args: [],
    flags: [...db, ...json],
    examples: [
      ['Check the usual database', 'chat-server check'],
      ['Of a backup', 'chat-server check --db chat-backup.db']
    ],
    exits: [
      ['0', 'in order'],
      ['1', 'not in order; the lines say what is wrong'],
      ['2', 'wrong usage'],
      ['78', 'there is no database, or it cannot be opened']
    ]
  },
  copy: {
    summary: 'Move a chat from its file to PostgreSQL',
    usage: 'chat-server copy [--from FILE] [--to URL] [--json]',
    description:
      'Stop the server first. The file is looked through and then copied, with its users, passwords, tokens, messages and numbers, into a database in which there is no chat yet: all of it, or nothing. What is there then is compared with the file, which stays as it is. Readers, and programs that send a message again, go on as if nothing had happened.',
    args: [],
    flags: [
      ['--from FILE', `database file [default: in your data folder; env: ${variable('db')}]`],
      ['--to URL', `PostgreSQL database; a password belongs in the variable [env: ${variable('store')}]`],
      ...json
    ],
    examples: [
      ['Move a chat into a new database', 'chat-server copy --from chat.db --to postgres://chat@db.example.org/chat'],
      ['From the usual file', 'chat-server copy --to postgres://chat@db.example.org/chat']
    ],
    exits: [
      ['0', 'done; a server can start with the new database'],
      ['1', 'nothing was copied: there is a chat already, the file is not in order, or PostgreSQL did not go on'],
      ['2', 'wrong usage'],
      ['78', 'a server runs with the file, or one of the two cannot be opened']
    ]
  },
  'user list': {
    summary: 'List the users',
    usage: 'chat-server user list [--db FILE | --store URL]',
    description: `The columns: name, person or bot, admin or disabled or -, day of registration. In a pipe they are separated by tabs. ${howCarriedOut}`,
    args: [],
    flags: place,
    examples: [
      ['List everybody', 'chat-server user list'],
      ['The names of all admins', "chat-server user list | awk -F '\\t' '$3 ~ /admin/ { print $1 }'"]
    ],
    exits: done
  },
  'user reset': {
    summary: 'Print a code for somebody who has lost a device or a password',
    usage: 'chat-server user reset NAME [--db FILE | --store URL]',
    description: `The user is signed out everywhere and has no password any more. The code works once, within a day: chat login URL --code CODE. ${howCarriedOut}`,
    args: name,
    flags: place,
    examples: [
      ['Let ana sign in again', 'chat-server user reset ana'],
      ['Of another database', 'chat-server user reset ana --db /srv/chat/chat.db']
    ],
    exits: done
  },
  'user disable': {
    summary: 'Sign somebody out everywhere, and keep them out',
    usage: 'chat-server user disable NAME [--undo] [--db FILE | --store URL]',
    description: `Their messages stay, and so does their name. Their bots are kept out too. ${howCarriedOut}`,
    args: name,
    flags: [...undo, ...place],
    examples: [
      ['Keep marta out', 'chat-server user disable marta'],
      ['Let marta in again', 'chat-server user disable marta --undo']
    ],
    exits: done
  },
  'user admin': {
    summary: 'Make somebody an admin',
    usage: 'chat-server user admin NAME [--undo] [--db FILE | --store URL]',
    description: `Admins act as owners in every public room, and invite people to the server. ${howCarriedOut}`,
    args: name,
    flags: [...undo, ...place],
    examples: [
      ['Make ana an admin', 'chat-server user admin ana'],
      ['Take it back', 'chat-server user admin ana --undo']
    ],
    exits: done
  }
}

/** A row for each flag of `start`. */
export function startFlags({ withVariables }: { withVariables: boolean }): Rows {
  return Object.entries<Flag>(flags).map(([flag, { value, help, multiple, range, byDefault }]) => {
    const facts = [
      ...(range === undefined ? [] : [range]),
      ...(multiple ? ['may be repeated'] : []),
      ...(byDefault === undefined ? [] : [`default: ${byDefault}`]),
      ...(withVariables ? [`env: ${variable(flag)}`] : [])
    ].join('; ')
    return [`--${flag}${value.startsWith('[') ? '' : ' '}${value}`, facts === '' ? help : `${help} [${facts}]`]
  })
}
