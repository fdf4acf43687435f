-- AlterTable
ALTER TABLE "ActionLink" ADD COLUMN     "spentAt" TIMESTAMPTZ(3);
