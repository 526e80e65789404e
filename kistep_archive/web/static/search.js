// The search of a published site: SQLite in the browser, over a small database with the program's own tokens.
// It is a classic script, and so is what it loads, so that it works from a disk too.
"use strict";

const kistepSearch = (() => {
  const CJK = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\ud7b0-\ud7ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff" +
    "\uac00-\ud7a3\uf900-\ufaff\u{20000}-\u{3ffff}";
  const DROPPED = /[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u{e0100}-\u{e01ef}]/gu;
  const RUN = new RegExp(`([${CJK}]+)|((?:(?![${CJK}])[\\p{L}\\p{N}])+)`, "gu");
  const DOTS = ["\u00b7", "\u119e", "\u30fb"];
  const DOT = /[\u00b7\u119e\u30fb]/gu;
  const JOINS = "(?:AND|OR|NOT)(?:\\s|$)";
  const FIELD = `(?:(title|writer):(?:\\s+(?!-|${JOINS}))?)?`;
  const TERM = new RegExp(`(-?)${FIELD}(?:"([^"]*)(?:"(\\*?)|$)|(\\S+))`, "gu");
  const MOST_TERMS = 500;
  const PER_PAGE = 20;
  const PER_CHUNK = 20; // posts whose texts are in one file
  const RANK = "bm25(search, 10.0, 4.0, 1.0, 2.0)"; // title, writer, body, file names

  // Without case as Unicode folds it: ẞ becomes ss and a final sigma σ, but a dotless i stays what it is.
  const withoutCase = (text) => text.split("ı")
    .map((part) => part.toLowerCase().toUpperCase().toLowerCase().replace(/ς/gu, "σ")).join("ı");

  // The text for comparisons: no case, no accents on Latin letters, no invisible characters.
  const folded = (text) => {
    const plain = withoutCase(text.replace(DROPPED, "").normalize("NFKC"));
    return plain.normalize("NFD").replace(/\p{Mn}/gu, "").normalize("NFC");
  };

  // Runs of Hangul and Han, and words: [run, word] pairs, one of them empty.
  const runs = (text) => [...text.matchAll(RUN)].map((found) => [found[1] || "", found[2] || ""]);

  const tokens = ([run, word], last) => {
    if (word) return [word];
    const letters = [...run];
    const pairs = letters.slice(1).map((letter, place) => letters[place] + letter);
    return last && pairs.length ? pairs : [...pairs, letters[letters.length - 1]];
  };

  // Each of several values once.
  const unlike = (values) => [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];

  const spellings = (text) => {
    const plain = folded(text);
    DOT.lastIndex = 0;
    const variants = DOT.test(plain) ? [plain, ...DOTS.map((dot) => plain.replace(DOT, dot))] : [plain];
    return unlike(variants.map(runs).filter((spelling) => spelling.length));
  };

  // What a person typed: alternatives of terms, and terms that a post must not have.
  const parse = (query) => {
    const alternatives = [[]];
    const excluded = [];
    const distinct = new Set();
    let isNot = false;
    const text = query.replace(/[“”„‟＂«»]/gu, '"').replace(/\0/gu, " ");
    for (const [, minus, column, quoted, star, bare] of text.matchAll(TERM)) {
      if (["AND", "OR", "NOT"].includes(bare) && !minus && !column) {
        if (bare === "OR") alternatives.push([]);
        isNot = bare === "NOT";
        continue;
      }
      const made = bare === "title:" || bare === "writer:" ? [] : spellings(quoted || bare || "");
      if (!made.length) continue;
      const term = { column: column || "", made, isPrefix: Boolean(star) || (bare || "").endsWith("*") };
      const isExcluded = Boolean(minus) || isNot;
      isNot = false;
      const key = JSON.stringify([isExcluded, term]);
      if (distinct.size === MOST_TERMS && !distinct.has(key)) continue;
      distinct.add(key);
      (isExcluded ? excluded : alternatives[alternatives.length - 1]).push(term);
    }
    const wanted = alternatives.map(unlike).filter((terms) => terms.length);
    return { alternatives: unlike(wanted), excluded: unlike(excluded) };
  };

  const phrase = (spelling, isPrefix) => {
    const last = spelling[spelling.length - 1];
    const words = spelling.flatMap((run) => tokens(run, run === last));
    return `"${words.join(" ")}"${isPrefix || [...last[0]].length === 1 ? "*" : ""}`;
  };

  const match = (term) => {
    const phrases = term.made.map((spelling) => phrase(spelling, term.isPrefix));
    const either = phrases.length === 1 ? phrases[0] : `(${phrases.join(" OR ")})`;
    return term.column ? `{${term.column}} : ${either}` : either;
  };

  // The FTS5 expression, "" if there is nothing to search for.
  const expression = (query) => {
    const { alternatives, excluded } = parse(query);
    const wanted = alternatives.map((terms) => `(${terms.map(match).join(" AND ")})`).join(" OR ");
    const without = excluded.map(match).join(" OR ");
    return wanted && without ? `(${wanted}) NOT (${without})` : wanted;
  };

  const load = (address) => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = () => reject(new Error(address));
    document.head.append(script);
  });

  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  let opened;
  // The database, loaded once.
  const open = (root) => {
    opened ??= (async () => {
      await Promise.all(["sqlite3.js", "wasm.js", "database.js"].map((name) => load(`${root}search/${name}`)));
      const sqlite3 = await kistepSqlite({ wasmBinary: bytes(kistepWasm).buffer, printErr: () => {} });
      const database = new sqlite3.oo1.DB();
      const content = bytes(kistepDatabase);
      const place = sqlite3.wasm.allocFromTypedArray(content);
      sqlite3.capi.sqlite3_deserialize(
        database.pointer, "main", place, content.length, content.length,
        sqlite3.capi.SQLITE_DESERIALIZE_FREEONCLOSE | sqlite3.capi.SQLITE_DESERIALIZE_READONLY);
      return database;
    })();
    return opened;
  };

  // The posts that a query and filters choose: {total, posts}, best match first, without a query the newest.
  const find = async (root, query, filters, offset) => {
    const database = await open(root);
    const wanted = expression(query);
    if (query.trim() && !wanted) return { total: 0, posts: [] };
    const clauses = Object.entries({ board: "board = ?", year: "substr(date, 1, 4) = ?" })
      .filter(([name]) => filters[name]);
    const values = clauses.map(([name]) => filters[name]);
    const where = [...(wanted ? ["search MATCH ?"] : []), ...clauses.map(([, clause]) => clause)];
    const from = (wanted ? "search JOIN post ON post.id = search.rowid" : "post") +
      (where.length ? ` WHERE ${where.join(" AND ")}` : "");
    const bind = [...(wanted ? [wanted] : []), ...values];
    const ask = (sql) => database.exec({ sql, bind: bind.length ? bind : undefined, rowMode: "object", returnValue: "resultRows" });
    const [{ total }] = ask(`SELECT count(*) AS total FROM ${from}`);
    const order = wanted ? `${RANK}, date DESC, post.id` : "date DESC, post.id";
    const posts = ask(`SELECT post.* FROM ${from} ORDER BY ${order} LIMIT ${PER_PAGE} OFFSET ${Number(offset) || 0}`);
    return { total, posts };
  };

  const texts = new Map();
  globalThis.kistepTexts = (entries) => entries.forEach(([id, text]) => texts.set(id, text));

  // The texts of some posts: the files that have them are loaded.
  const readTexts = async (root, ids) => {
    const missing = new Set(ids.filter((id) => !texts.has(id)).map((id) => Math.floor(id / PER_CHUNK)));
    await Promise.all([...missing].map((chunk) => load(`${root}search/texts/${chunk}.js`)));
    return ids.map((id) => texts.get(id) || "");
  };

  const pattern = (query) => {
    const sources = parse(query).alternatives.flat().flatMap((term) => term.made.map((spelling) => {
      const source = spelling.map(([run, word]) => (run + word).replace(/[\\^$.*+?()[\]{}|\-/]/gu, "\\$&"))
        .join("[^\\p{L}\\p{N}]*");
      const begins = spelling[0][1] ? "(?<![\\p{L}\\p{N}])" : "";
      const ends = spelling[spelling.length - 1][1] ? (term.isPrefix ? "[\\p{L}\\p{N}]*" : "(?![\\p{L}\\p{N}])") : "";
      return begins + source + ends;
    }));
    return sources.length ? new RegExp(sources.join("|"), "giu") : null;
  };

  // The passage of a text with the first match: pieces of [text, whether it matches].
  const passage = (text, query) => {
    const found = pattern(query);
    const first = found ? text.search(found) : -1;
    const start = Math.max(0, first - 60);
    const part = text.slice(start, start + 200).replace(/\s+/gu, " ");
    const pieces = [[start ? "…" : "", false]];
    let at = 0;
    for (const match of found ? part.matchAll(found) : []) {
      if (!match[0]) continue;
      pieces.push([part.slice(at, match.index), false], [match[0], true]);
      at = match.index + match[0].length;
    }
    return [...pieces, [part.slice(at) + (start + 200 < text.length ? "…" : ""), false]];
  };

  return { expression, find, readTexts, passage, PER_PAGE };
})();

globalThis.kistepSearch = kistepSearch;
