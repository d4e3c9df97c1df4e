/** A way to call a command, so that it asks the server for something. */
export interface Call {
  args: readonly string[]
  /** Standard input. */
  input?: string
  /** Without a token in the environment, for what is to be done without a name. */
  anonymous?: true
}

/** Those that speak with a server, at least one way each. A new command is written in here. */
export const everyCommand: readonly Call[] = [
  { args: ['join'] },
  { args: ['join', 'ops', '--invite', 'K7QF29XMHB4T0RZC8W6VDN3GYE'] },
  { args: ['join', '--as', 'marta'], anonymous: true },
  { args: ['send', 'hi'] },
  { args: ['ask', 'deploy?'] },
  { args: ['edit', '7', 'hi'] },
  { args: ['delete', '7'] },
  { args: ['watch', '--once'] },
  { args: ['watch', '-n', '3', '--once'] },
  { args: ['history'] },
  { args: ['rooms'] },
  { args: ['rooms', 'create', 'ops'] },
  { args: ['rooms', 'set', 'ops', '--archive'] },
  { args: ['rooms', 'add', 'ops', 'luis'] },
  { args: ['rooms', 'remove', 'ops', 'luis'] },
  { args: ['rooms', 'role', 'ops', 'luis', 'owner'] },
  { args: ['rooms', 'ban', 'ops', 'luis'] },
  { args: ['rooms', 'unban', 'ops', 'luis'] },
  { args: ['who'] },
  { args: ['whoami'] },
  { args: ['read'] },
  { args: ['search', 'hola'] },
  { args: ['export'] },
  { args: ['tokens'] },
  { args: ['tokens', 'create', '--name', 'ci'] },
  { args: ['tokens', 'revoke', 'ci'] },
  { args: ['bots'] },
  { args: ['bots', 'create', 'deploys'] },
  { args: ['bots', 'remove', 'deploys', '--yes'] },
  { args: ['invite'] },
  { args: ['invite', 'list'] },
  { args: ['invite', 'revoke', '7'] },
  { args: ['link'] },
  { args: ['login', '--code', 'K7QF'], anonymous: true },
  { args: ['logout'] },
  { args: ['password', '--stdin'], input: 'correct horse battery\n' },
  { args: ['leave', 'ops'] },
  { args: ['leave', '--for-ever', '--yes'] }
]

/** One that speaks with no server, and one that ends as another program does. */
export const withCodesOfTheirOwn: readonly string[] = ['completion', 'run']
