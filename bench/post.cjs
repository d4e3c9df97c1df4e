// What chat-start.mjs compares `chat send` with: the least that sends a message. post.cjs URL TEXT
const { request } = require('node:http')
const headers = { authorization: `Bearer ${process.env.CHAT_TOKEN}`, 'content-type': 'application/json' }
const sent = request(process.argv[2], { method: 'POST', headers }, async (answer) => {
  let text = ''
  for await (const piece of answer) text += piece
  console.log(JSON.parse(text).id)
})
sent.end(JSON.stringify({ text: process.argv[3] }))
