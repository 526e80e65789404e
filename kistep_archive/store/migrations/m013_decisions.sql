ALTER TABLE source ADD COLUMN decided TEXT CHECK (decided IN ('merge', 'part'));

ALTER TABLE source ADD COLUMN former_post INTEGER REFERENCES post (id);
