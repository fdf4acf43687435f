-- AlterTable
ALTER TABLE "WorklistItem" ADD COLUMN     "series" JSONB,
ALTER COLUMN "endsAt" DROP NOT NULL;
