// @ts-check
'use strict';
// Finds exports that nothing imports, through re-exports, dynamic imports and the subjects of workspaces. Types are left out: an
// exported type documents what an exported function takes.
const fs = require('node:fs');
const path = require('node:path');
const ts = require('typescript');
const { ROOT } = require('./paths.cjs');

/** @typedef {{ file: string, name: string }} Export */
/** @typedef {{ exports: string[], imports: Export[], reexports: { as: string, from: Export }[] }} Module */

/** Stands for every export of a module. */
const ALL = '*';

const OPTIONS = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ['source'],
};

/**
 * @param {readonly string[]} files absolute paths of all TypeScript files, tests included
 * @returns {Export[]}
 */
function unusedExports(files) {
  const modules = new Map(files.map((file) => [file, readModule(file)]));
  /** @type {Set<string>} */
  const used = new Set();
  /** @param {Export} wanted */
  const use = ({ file, name }) => {
    const key = `${file}\0${name}`;
    const module = modules.get(file);
    if (!module || used.has(key)) return;
    used.add(key);
    if (name === ALL) for (const own of module.exports) use({ file, name: own });
    for (const { as, from } of module.reexports) {
      if (as === name || name === ALL) use(from);
      if (as === ALL) use({ file: from.file, name });
    }
  };
  for (const { imports } of modules.values()) imports.forEach(use);
  return [...modules].flatMap(([file, { exports }]) =>
    exports.filter((name) => !used.has(`${file}\0${name}`)).map((name) => ({ file, name })),
  );
}

/**
 * @param {string} file
 * @returns {Module}
 */
function readModule(file) {
  const source = ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  /** @type {Module} */
  const module = { exports: [], imports: [], reexports: [] };
  /** @param {ts.Expression | undefined} specifier */
  const target = (specifier) =>
    specifier && ts.isStringLiteral(specifier) ? resolve(specifier.text, file) : undefined;

  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement)) readExportDeclaration(statement, module, target);
    else if (ts.isExportAssignment(statement)) module.exports.push('default');
    else if (isExportedValue(statement)) module.exports.push(...declaredNames(statement));
    else if (ts.isImportDeclaration(statement)) {
      const from = target(statement.moduleSpecifier);
      if (from) module.imports.push(...importedNames(statement).map((name) => ({ file: from, name })));
    }
  }
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const from = target(node.arguments[0]);
      if (from) module.imports.push(...namesTakenFrom(node).map((name) => ({ file: from, name })));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return module;
}

/**
 * @param {ts.ExportDeclaration} statement
 * @param {Module} module
 * @param {(specifier: ts.Expression | undefined) => string | undefined} target
 */
function readExportDeclaration(statement, module, target) {
  if (statement.isTypeOnly) return;
  const from = target(statement.moduleSpecifier);
  const clause = statement.exportClause;
  if (!clause || !ts.isNamedExports(clause)) {
    if (from) module.reexports.push({ as: ALL, from: { file: from, name: ALL } });
    return;
  }
  for (const element of clause.elements) {
    if (element.isTypeOnly) continue;
    module.exports.push(element.name.text);
    const name = (element.propertyName ?? element.name).text;
    if (from) module.reexports.push({ as: element.name.text, from: { file: from, name } });
  }
}

/** @param {ts.Statement} statement */
function isExportedValue(statement) {
  const isValue =
    ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isVariableStatement(statement);
  return isValue && (statement.modifiers ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
}

/**
 * @param {ts.Statement} statement
 * @returns {string[]}
 */
function declaredNames(statement) {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
  const { modifiers, name } = /** @type {ts.FunctionDeclaration | ts.ClassDeclaration} */ (statement);
  if ((modifiers ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword)) return ['default'];
  return name ? [name.text] : [];
}

/**
 * @param {ts.ImportDeclaration} statement
 * @returns {string[]}
 */
function importedNames({ importClause }) {
  const bindings = importClause?.namedBindings;
  return [
    ...(importClause?.name ? ['default'] : []),
    ...(bindings && ts.isNamespaceImport(bindings) ? [ALL] : []),
    ...(bindings && ts.isNamedImports(bindings)
      ? bindings.elements.map(({ propertyName, name }) => (propertyName ?? name).text)
      : []),
  ];
}

/**
 * What is taken from a dynamic import: `(await import('m')).a`, `const { a } = await import('m')`; otherwise everything.
 * @param {ts.Node} call
 * @returns {string[]}
 */
function namesTakenFrom(call) {
  let node = call.parent;
  while (ts.isAwaitExpression(node) || ts.isParenthesizedExpression(node)) node = node.parent;
  if (ts.isPropertyAccessExpression(node) && node.name.text !== 'then') return [node.name.text];
  if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name))
    return node.name.elements.map(({ propertyName, name }) => (propertyName ?? name).getText());
  return [ALL];
}

/**
 * @param {string} specifier
 * @param {string} from
 * @returns {string | undefined} the file of ours that it names
 */
function resolve(specifier, from) {
  const mode = ts.ModuleKind.ESNext;
  const found = ts.resolveModuleName(specifier, from, OPTIONS, ts.sys, cache, undefined, mode).resolvedModule;
  const file = found && fs.realpathSync(found.resolvedFileName);
  return file?.startsWith(ROOT) ? file : undefined;
}

const cache = ts.createModuleResolutionCache(ROOT, (name) => name, OPTIONS);

module.exports = {
  unusedExports: (/** @type {readonly string[]} */ files) => unusedExports(files.map((file) => path.normalize(file))),
};
