/**
 * What the sample's images are made of. Each is one layer over the shared Debian base, and each behaves like the
 * well-known public image of its service: same environment variables, same folders for data and configuration.
 *
 * @typedef {object} ImageRecipe
 * @property {string} name repository in the registry
 * @property {string} tag
 * @property {readonly string[]} packages Debian packages
 * @property {string} [before] shell script run in the tree before the packages are installed
 * @property {string} setup shell script run in the tree after that
 * @property {boolean} [app] whether it carries the sample's application
 * @property {Record<string, unknown>} config the image's `config` (OCI image specification)
 */

export const suite = 'bookworm';

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const baseEnv = [`PATH=${systemPath}`, 'LANG=C.UTF-8'];

/** @type {readonly ImageRecipe[]} */
export const images = [
  {
    name: 'slipway/sample-postgres',
    tag: '15',
    packages: ['postgresql-15'],
    before: `
      mkdir -p /etc/postgresql-common
      echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf`,
    setup: `
      install -d -o postgres -g postgres -m 0700 /var/lib/postgresql/data
      mkdir /docker-entrypoint-initdb.d
      echo "listen_addresses = '*'" >> /usr/share/postgresql/15/postgresql.conf.sample`,
    config: {
      Env: [`PATH=/usr/lib/postgresql/15/bin:${systemPath}`, 'LANG=C.UTF-8', 'PGDATA=/var/lib/postgresql/data'],
      Entrypoint: ['/usr/local/bin/postgres-entrypoint.sh'],
      Cmd: ['postgres'],
      ExposedPorts: { '5432/tcp': {} },
      Volumes: { '/var/lib/postgresql/data': {} },
      StopSignal: 'SIGINT',
    },
  },
  {
    name: 'slipway/sample-redis',
    tag: '7',
    packages: ['redis-server'],
    setup: 'install -d -o redis -g redis -m 0755 /data',
    config: {
      Env: baseEnv,
      Cmd: ['redis-server', '--protected-mode', 'no'],
      User: 'redis',
      WorkingDir: '/data',
      ExposedPorts: { '6379/tcp': {} },
      Volumes: { '/data': {} },
    },
  },
  {
    name: 'slipway/sample-mqtt',
    tag: '2',
    packages: ['mosquitto', 'mosquitto-clients'],
    setup: 'install -d -o mosquitto -g mosquitto -m 0755 /mosquitto/config /mosquitto/data /mosquitto/log',
    config: {
      Env: baseEnv,
      Cmd: ['mosquitto', '-c', '/mosquitto/config/mosquitto.conf'],
      User: 'mosquitto',
      ExposedPorts: { '1883/tcp': {} },
      Volumes: { '/mosquitto/data': {} },
    },
  },
  {
    name: 'slipway/sample-proxy',
    tag: '1',
    packages: ['nginx-light', 'curl'],
    setup: `
      rm /etc/nginx/sites-enabled/default
      ln -sf /dev/stdout /var/log/nginx/access.log
      ln -sf /dev/stderr /var/log/nginx/error.log`,
    config: {
      Env: baseEnv,
      Cmd: ['nginx', '-g', 'daemon off;'],
      ExposedPorts: { '80/tcp': {} },
      StopSignal: 'SIGQUIT',
    },
  },
  {
    name: 'slipway/sample-web',
    tag: '1',
    packages: ['python3-bottle', 'python3-paho-mqtt', 'python3-psycopg2', 'python3-redis', 'python3-waitress'],
    setup: `
      useradd --system --uid 10001 --no-create-home --home-dir /app guestbook
      python3 -m compileall -q /app`,
    app: true,
    config: {
      Env: [...baseEnv, 'PYTHONUNBUFFERED=1'],
      Cmd: ['python3', '-m', 'guestbook'],
      User: 'guestbook',
      WorkingDir: '/app',
      ExposedPorts: { '8000/tcp': {} },
    },
  },
];
