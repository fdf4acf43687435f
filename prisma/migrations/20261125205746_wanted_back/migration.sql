-- AlterTable
ALTER TABLE "Release" ADD COLUMN     "wantedBackAt" TIMESTAMPTZ(3);
