// Starts npm's saml-idp with one person and a key of its own, made at each start.
//
// Standard output carries one line, `ready http://127.0.0.1:PORT`, once it answers; what saml-idp itself
// has to say goes to standard error.
'use strict'

const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const http = require('node:http')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')
const { parseArgs } = require('node:util')

const { values: options } = parseArgs({
  options: {
    'acs-url': { type: 'string' },
    audience: { type: 'string' },
    'entity-id': { type: 'string', default: 'urn:example:saml-idp' },
    port: { type: 'string', default: '0' },
    'name-id': { type: 'string', default: 'ada@acme.example' },
    'name-id-format': { type: 'string', default: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' },
    attributes: { type: 'string', default: '{"FirstName": "Ada", "LastName": "Lovelace"}' },
    sign: { type: 'string', default: 'both' },
  },
})

for (const name of ['acs-url', 'audience']) {
  if (!options[name]) fail(`--${name} is needed`)
}
if (!['assertion', 'both'].includes(options.sign)) fail('--sign is `assertion` or `both`: saml-idp always signs the assertion')

function fail(message) {
  process.stderr.write(`saml-idp: ${message}\n`)
  process.exit(2)
}

// A self-signed certificate, as identity providers publish them, in the two files that saml-idp reads when it starts.
function withKeyPair(start) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'saml-idp-'))
  try {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name))
    const subject = '/CN=saml-idp under test'
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '7', '-subj', subject, '-keyout', key, '-out', cert], { stdio: 'pipe' })
    start({ key, cert })
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}

// saml-idp does not tell which port it got, so that 0 is turned into a free one here.
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

// saml-idp's own form: a value a field, commas where a field holds several.
function person() {
  const attributes = Object.entries(JSON.parse(options.attributes)).map(([name, value]) => [name, [value].flat()])
  return {
    user: {
      userName: options['name-id'],
      nameIdFormat: options['name-id-format'],
      ...Object.fromEntries(attributes.map(([name, values]) => [name, values.join(',')])),
    },
    metadata: attributes.map(([name, values]) => ({
      id: name, displayName: name, description: name, optional: true, multiValue: values.length > 1,
    })),
  }
}

function answers(url) {
  return new Promise((resolve) => {
    http.get(url, (response) => { response.resume(); resolve(response.statusCode === 200) }).on('error', () => resolve(false))
  })
}

async function main() {
  const port = Number(options.port) || (await freePort())
  // saml-idp prefers these to what it is told.
  delete process.env.HOST
  delete process.env.PORT
  const ready = process.stdout.write.bind(process.stdout)
  process.stdout.write = process.stderr.write.bind(process.stderr)
  withKeyPair((keyPair) => {
    require('saml-idp').runServer({
      host: '127.0.0.1',
      port,
      ...keyPair,
      issuer: options['entity-id'],
      acsUrl: options['acs-url'],
      audience: options.audience,
      signResponse: options.sign === 'both',
      config: person(),
    })
  })
  const base = `http://127.0.0.1:${port}`
  while (!(await answers(`${base}/metadata`))) await new Promise((resolve) => setTimeout(resolve, 50))
  ready(`ready ${base}\n`)
}

main().catch((error) => fail(error.stack))
