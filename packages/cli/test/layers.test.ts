import { holdFirstLevel, holdLayers, Layers } from '../../server/test/support/layers.ts'

/** See {@link Layers}. The library of the command line, oclif, is known at the top and where its errors are told. */
const table = `
  cli/main         | cli/completing, cli/help, cli/calling, cli/commands, cli/shells, cli/failing, cli/printing, cli/before-mark, cli/program, cli/typed-place, node:*
  cli/completing   | cli/calling, cli/commands, cli/shells, cli/identity, client, protocol, @oclif/core
  cli/help         | cli/calling, cli/commands, cli/printing, cli/program, @oclif/core
  cli/calling      | cli/failing, cli/before-mark, cli/program, @oclif/core
  cli/commands     | cli/command-without-room, cli/chat-command, cli/shells, cli/conversation, cli/watching, cli/asking, cli/running, cli/exporting, cli/identity, cli/input, cli/failing, cli/printing, cli/before-mark, cli/defaults, cli/loopback, cli/program, cli/typed-place, client, protocol, @oclif/core, node:*
  cli/command-without-room | cli/chat-command
  cli/chat-command | cli/command, cli/explaining, cli/identity, cli/input, cli/failing, cli/printing, cli/before-mark, cli/defaults, cli/program, cli/typed-place, client, protocol, @oclif/core
  cli/command      | cli/before-mark, cli/printing, @oclif/core

  cli/conversation | cli/input, cli/failing, cli/printing, cli/program, client, protocol, node:*
  cli/watching     | cli/input, cli/failing, cli/printing, cli/files, client, protocol, node:*
  cli/asking       | cli/failing, cli/printing, client, protocol
  cli/running      | cli/failing, cli/input, cli/printing, client, node:*
  cli/explaining   | cli/printing, client, protocol, node:*
  cli/exporting    | cli/failing, cli/files, node:*

  cli/identity     | cli/input, cli/failing, cli/printing, cli/files, cli/defaults, cli/program, client, protocol, node:*
  cli/input        | cli/failing, cli/program, protocol, @oclif/core, node:*
  cli/failing      | cli/printing, cli/before-mark, cli/defaults, cli/loopback, cli/program, client, protocol, @oclif/core, node:*
  cli/printing     | cli/files, cli/program, client, protocol, get-east-asian-width, uqr, node:*
  cli/files        | node:*
  cli/shells       |
  cli/typed-place  | cli/before-mark
  cli/before-mark  |
  cli/defaults     |
  cli/loopback     |
  cli/program      | node:*
`

const layers = new Layers(['cli'], table)
holdLayers(layers)
holdFirstLevel(layers, 'cli')
