DROP TABLE content_text_words;

DROP TABLE content_text;

CREATE VIRTUAL TABLE content_text USING fts5 (title, writer, body, files, content = '',
  tokenize = 'unicode61 remove_diacritics 2');

CREATE VIRTUAL TABLE content_text_words USING fts5vocab (content_text, instance);
