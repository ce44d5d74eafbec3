/**
 * Who may import whom. package.json says what a package depends on (Biome keeps that truthful); this check says which of those
 * arrows the house allows, and looks into the sources for the ones a package.json cannot show.
 * @module
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

type Role = 'engine' | 'sdk' | 'core' | 'ui' | 'client' | 'capability' | 'app';
interface Package {
  readonly name: string;
  readonly folder: string;
  readonly role: Role | undefined;
  readonly dependencies: readonly string[];
}

const may: Readonly<Record<Role, readonly Role[]>> = {
  engine: ['engine'],
  sdk: [],
  client: ['sdk'],
  core: ['sdk', 'client', 'engine'],
  ui: ['sdk', 'client'],
  capability: ['sdk', 'ui', 'engine'],
  app: ['app', 'core', 'sdk', 'ui', 'client', 'capability'],
};

/** The outside packages each engine may use, one line per engine; an engine not named here uses none. */
const outsideOfEngine: Readonly<Record<string, readonly string[]>> = {
  '@hedun/detection': ['re2js', 'yaml', 'ipaddr.js'],
  '@hedun/exchange': [
    'mcl-wasm',
    '@noble/curves',
    '@noble/hashes',
    '@noble/ciphers',
    'multiformats',
    'fabric-contract-api',
    '@peculiar/x509',
  ],
  '@hedun/compliance': ['zod', 'yaml'],
  '@hedun/anomaly': [],
  '@hedun/workdesk': ['fflate', 'htmlparser2', 'papaparse', 'saxes'],
};
const outsideOfRole: Partial<Record<Role, readonly string[]>> = { sdk: ['zod', 'kysely'], client: ['zod'] };

/** What the files of one half of a capability may never import. */
const halves: readonly { readonly half: RegExp; readonly never: RegExp; readonly why: string }[] = [
  {
    half: /^capabilities\/[^/]+\/src\/console\//,
    never: /^node:|\/server\//,
    why: 'the console half runs in a browser',
  },
  {
    half: /^capabilities\/[^/]+\/src\/server\//,
    never: /^(react|antd|@hedun\/ui)\b|\/console\//,
    why: 'the server half has no screen',
  },
  {
    half: /^capabilities\/[^/]+\/src\/[^/]+\.ts$/,
    never: /^node:|\/(server|console)\//,
    why: 'the declaration is data only',
  },
  {
    half: /^(capabilities\/[^/]+\/engine|kernel\/workdays)\/src\//,
    never: /^node:(?!crypto$)/,
    why: 'an engine does not touch the world',
  },
];

export function readPackages(root: string): readonly Package[] {
  return globSync(
    [
      'kernel/*/package.json',
      'capabilities/*/package.json',
      'capabilities/*/engine/package.json',
      'apps/*/package.json',
    ],
    { cwd: root },
  )
    .sort()
    .map((file) => {
      const json = JSON.parse(readFileSync(path.join(root, file), 'utf8'));
      return {
        name: json.name,
        folder: path.dirname(file),
        role: json.hedun?.role,
        dependencies: Object.keys({ ...json.dependencies, ...json.peerDependencies }),
      };
    });
}

export function wrongDependencies(packages: readonly Package[]): string[] {
  const byName = new Map(packages.map((each) => [each.name, each]));
  return packages.flatMap((from) => {
    const role = from.role;
    if (!role || !may[role])
      return [`${from.folder}: package.json needs hedun.role, one of ${Object.keys(may).join(', ')}`];
    const outside = role === 'engine' ? (outsideOfEngine[from.name] ?? []) : outsideOfRole[role];
    return from.dependencies.flatMap((dependency) => {
      const to = byName.get(dependency);
      if (to) {
        // An engine under kernel/ is common ground (working days, for one); any other engine belongs to its capability.
        const foreignEngine =
          role === 'capability' &&
          to.role === 'engine' &&
          !to.folder.startsWith(`${from.folder}/`) &&
          !to.folder.startsWith('kernel/');
        if (foreignEngine) return [`${from.name} may use its own engine and those under kernel/ only, not ${to.name}`];
        return to.role && may[role].includes(to.role)
          ? []
          : [`${from.name} (${role}) may not depend on ${to.name} (${to.role})`];
      }
      return outside && !outside.includes(dependency) ? [`${from.name} (${role}) may not depend on ${dependency}`] : [];
    });
  });
}

const importPattern = /(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"\n]+)\1/g;

export function wrongImports(folder: string, file: string, source: string): string[] {
  const found: string[] = [];
  for (const [, , specifier = ''] of source.matchAll(importPattern)) {
    if (specifier.startsWith('.')) {
      const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
      if (!target.startsWith(`${folder}/`)) found.push(`${file}: ${specifier} leaves its package ${folder}`);
      if (folder.split('/').length === 2 && target.startsWith(`${folder}/engine/`))
        found.push(`${file}: ${specifier} reaches into the engine; import it by its name`);
    }
    for (const { half, never, why } of halves)
      if (half.test(file) && never.test(specifier)) found.push(`${file}: may not import ${specifier}: ${why}`);
  }
  return found;
}

export function checkArrows(root: string): {
  readonly packages: number;
  readonly files: number;
  readonly wrong: readonly string[];
} {
  const packages = readPackages(root);
  const wrong = wrongDependencies(packages);
  let files = 0;
  for (const { folder } of packages) {
    const nested = packages
      .filter((other) => other.folder !== folder && other.folder.startsWith(`${folder}/`))
      .map((other) => other.folder);
    for (const relative of globSync('{src,test}/**/*.{ts,tsx}', { cwd: path.join(root, folder) })) {
      const file = `${folder}/${relative}`;
      if (nested.some((inner) => file.startsWith(`${inner}/`))) continue;
      files += 1;
      wrong.push(...wrongImports(folder, file, readFileSync(path.join(root, file), 'utf8')));
    }
  }
  if (packages.length < 6 || files < 40)
    wrong.push(`found ${packages.length} packages and ${files} files: too few, the check itself is broken`);
  return { packages: packages.length, files, wrong };
}

if (process.argv[1] && existsSync(process.argv[1]) && import.meta.filename === process.argv[1]) {
  const { packages, files, wrong } = checkArrows(path.resolve(import.meta.dirname, '..'));
  console.log(wrong.length > 0 ? wrong.join('\n') : `arrows: ${packages} packages, ${files} files, all allowed`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
