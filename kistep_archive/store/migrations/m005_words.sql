UPDATE page SET outcome = CASE outcome WHEN 'asked for again' THEN 'retried'
  WHEN 'not whole, asked for again' THEN 'not_whole'
  WHEN 'something else' THEN 'other_page' WHEN 'not a file' THEN 'not_a_file'
    WHEN 'internal error' THEN 'internal_error'
  WHEN 'of no known board' THEN 'unknown_board' ELSE iif(outcome LIKE 'status %', 'status', outcome) END
WHERE outcome LIKE '% %';

ALTER TABLE failure ADD COLUMN outcome TEXT NOT NULL DEFAULT 'unknown';

UPDATE failure SET outcome = 'forbidden_by_robots' WHERE reason = 'Forbidden by robots.txt';
