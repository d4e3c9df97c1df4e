import { holdFirstLevel, holdLayers, Layers } from '../../server/test/support/layers.ts'

/** See {@link Layers}. What is drawn knows what it draws, and no part asks the server behind the back of the session. */
const table = `
  web/main         | web/parts, web/state, web/browser, preact
  web/parts        | web/page-context, web/state, web/hub, web/browser, web/texts, client, protocol, preact, @preact/signals, uqr
  web/page-context | web/state, web/browser, web/texts, preact, @preact/signals
  web/state        | web/hub, web/browser, web/texts, client, protocol, @preact/signals
  web/hub          | client, protocol
  web/browser      | web/texts, protocol, @preact/signals
  web/texts        | client, protocol
  web/vite.d       |
`

const layers = new Layers(['web'], table)
holdLayers(layers)
holdFirstLevel(layers, 'web')
