import { render } from 'preact'
import { fitAboveKeyboard } from './browser/keyboard.ts'
import { App } from './parts/app.tsx'
import { serverOf } from './state/identity.ts'

fitAboveKeyboard()
render(<App server={serverOf(document.baseURI)} />, document.getElementById('page') as HTMLElement)
