/* Stands in for bcryptprimitives.dll, which Wine 8 lacks: Rust programs and PDFium take random bytes from ProcessPrng.
   They come from the system's RtlGenRandom. For the Wine of the tests only, never shipped. */
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG size);

__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *data, SIZE_T size)
{
    while (size) {
        ULONG part = size > 0x10000000 ? 0x10000000 : (ULONG)size;
        if (!SystemFunction036(data, part)) return FALSE;
        data += part;
        size -= part;
    }
    return TRUE;
}
