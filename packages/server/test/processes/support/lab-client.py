"""The lab's own client: one HTTPConnection for everything, and what it does not need of an answer it does not read.

Each line of stdin is a request, [method, path, body, encoding]; each of stdout its status, and what was read.
"""
import http.client
import json
import sys

connection = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]))

for line in sys.stdin:
    method, path, body, encoding = json.loads(line)
    # A string is sent as ISO-8859-1, without a Content-Type.
    connection.request(method, path, body.encode(encoding) if encoding else body)
    answer = connection.getresponse()
    text = answer.read().decode() if path == '/getMsg' and answer.status == 200 else None
    print(json.dumps([answer.status, text]), flush=True)
