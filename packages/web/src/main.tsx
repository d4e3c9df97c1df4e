import { render } from 'preact'

const address = new URL('.', document.baseURI).href.replace(/\/$/, '')

render(
  <main>
    <h1>Tertulia</h1>
    <p>Group chat over plain HTTP. This server is running, and you talk to it from a terminal:</p>
    <pre>chat join {address} --as YOUR-NAME</pre>
  </main>,
  document.getElementById('page') as HTMLElement
)
