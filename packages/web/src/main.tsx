import { render } from 'preact'
import { App } from './parts/app.tsx'
import { serverOf } from './state/identity.ts'

render(<App server={serverOf(document.baseURI)} />, document.getElementById('page') as HTMLElement)
