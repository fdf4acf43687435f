-- AlterTable
ALTER TABLE "Person" ALTER COLUMN "language" DROP NOT NULL,
ALTER COLUMN "language" DROP DEFAULT;


-- Until now nobody could say theirs: all have the default.
UPDATE "Person" SET "language" = NULL;
