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
const done: Rows = [
  ['0', 'done'],
  ['1', 'refused: there is no such user or room, or nobody knows what the server did'],
  ['2', 'wrong usage'],
  ['78', 'there is no database, or its server does not answer']
]
/** How every command but start goes about it. */
const howCarriedOut =
  'The server that runs with the database carries it out; where none runs, the file is changed itself. Only the user whose server it is may do this.'

/** The command, or the words that name it. */
export const pages: Record<string, Page> = {
  start: {
    summary: 'Run the server until Ctrl-C or SIGTERM',
    usage: 'chat-server start [FLAGS]',
    description:
      'Everything is in one database file; one server at a time has it. On a terminal it says how to join and what happens; anywhere else it writes lines of JSON, the first of which says where it listens. SIGHUP reads the certificates again. A flag counts more than its variable in the environment.',
    args: [],
    flags: startFlags({ withVariables: true }),
    examples: [
      ['For this computer alone', 'chat-server start'],
      ['For everybody who reaches this computer', 'chat-server start --host 0.0.0.0 --db ./chat.db'],
      [
        'With HTTPS, for people who are invited',
        'chat-server start --host 0.0.0.0 --registration invite \\\n  --tls-cert fullchain.pem --tls-key privkey.pem'
      ],
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
    usage: 'chat-server invite [--uses N] [--expires TIME] [--room ROOM] [--admin] [--db FILE]',
    description: `Whoever has it registers with it: chat join LINK. It is shown only here. ${howCarriedOut}`,
    args: [],
    flags: [
      ['--uses N', `how many people it lets in [1 to ${inviteUsesMax}; default: 1]`],
      ['--expires TIME', `how long it works, such as 12h or 30d [365d at most; default: ${inviteDaysDefault}d]`],
      ['--room ROOM', 'the room that it leads into [default: to the server alone]'],
      ['--admin', 'make an admin of whoever registers with it'],
      ...db
    ],
    examples: [
      ['For one person', 'chat-server invite'],
      ['For a class of thirty, into one room', 'chat-server invite --uses 30 --expires 1d --room course'],
      ['For another admin', 'chat-server invite --admin']
    ],
    exits: done
  },
  'user list': {
    summary: 'List the users',
    usage: 'chat-server user list [--db FILE]',
    description: `The columns: name, person or bot, admin or disabled or -, day of registration. In a pipe they are separated by tabs. ${howCarriedOut}`,
    args: [],
    flags: db,
    examples: [
      ['Everybody', 'chat-server user list'],
      ['The names of all admins', "chat-server user list | awk -F '\\t' '$3 ~ /admin/ { print $1 }'"]
    ],
    exits: done
  },
  'user reset': {
    summary: 'Print a code for somebody who has lost a device or a password',
    usage: 'chat-server user reset NAME [--db FILE]',
    description: `The user is signed out everywhere and has no password any more. The code works once, within a day: chat login URL --code CODE. ${howCarriedOut}`,
    args: name,
    flags: db,
    examples: [
      ['Let ana sign in again', 'chat-server user reset ana'],
      ['Of another database', 'chat-server user reset ana --db /srv/chat/chat.db']
    ],
    exits: done
  },
  'user disable': {
    summary: 'Sign somebody out everywhere, and keep them out',
    usage: 'chat-server user disable NAME [--undo] [--db FILE]',
    description: `Their messages stay, and so does their name. Their bots are kept out too. ${howCarriedOut}`,
    args: name,
    flags: [...undo, ...db],
    examples: [
      ['Keep marta out', 'chat-server user disable marta'],
      ['Let marta in again', 'chat-server user disable marta --undo']
    ],
    exits: done
  },
  'user admin': {
    summary: 'Make somebody an admin',
    usage: 'chat-server user admin NAME [--undo] [--db FILE]',
    description: `Admins act as owners in every public room, and invite people to the server. ${howCarriedOut}`,
    args: name,
    flags: [...undo, ...db],
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
