/* Stands in for mscms.dll: Wine 8 lacks WcsCreateIccProfile, by which Qt reads the screen's colour profile.
   Everything fails softly, so Qt takes sRGB. For the Wine of the tests only, never shipped. */
#include <windows.h>
#define EXPORT __declspec(dllexport)

EXPORT HANDLE WINAPI OpenColorProfileW(void *profile, DWORD access, DWORD share, DWORD mode)
{ (void)profile; (void)access; (void)share; (void)mode; SetLastError(ERROR_FILE_NOT_FOUND); return 0; }
EXPORT BOOL WINAPI CloseColorProfile(HANDLE profile) { (void)profile; return TRUE; }
EXPORT HANDLE WINAPI WcsCreateIccProfile(HANDLE profile, DWORD options) { (void)profile; (void)options; return 0; }
EXPORT BOOL WINAPI GetColorProfileFromHandle(HANDLE profile, BYTE *data, DWORD *size)
{ (void)profile; (void)data; (void)size; return FALSE; }
